"""The acceptance cases of the domain, told to the program itself."""
