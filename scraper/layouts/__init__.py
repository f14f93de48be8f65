"""What a layout is, and how a page is read by the labels of its layout. Nothing here knows a site."""
