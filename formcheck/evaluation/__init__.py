"""How right formcheck is: labels and truth against what it says."""
