"""The console of a control room: the pages of the unit's console over what many units reported."""
