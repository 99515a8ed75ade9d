"""The same scenario on two servers, and the two histories compared event by event."""
