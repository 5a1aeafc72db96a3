"""What Homeport is measured against: each does the same job in the way that its folder's name says."""
