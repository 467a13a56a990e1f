"""What can happen to people, trainings, schemes and certificates, and by which rules. Pure: no store, no clock."""
