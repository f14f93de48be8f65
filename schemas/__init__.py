"""What everyone agrees on: the page as blocks, the quotes read off it, the canonical record."""
