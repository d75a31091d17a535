"""The domain of water charges: functions of plain values."""
