"""What pages reckon before they draw: colours, and the geometry of charts."""
