"""The domain of money coming in: functions of plain values."""
