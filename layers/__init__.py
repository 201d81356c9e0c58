"""Frames and results turned into folium elements and escaped markup."""
