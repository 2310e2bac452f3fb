//go:build !linux

package cli

// machineMemory is a cautious guess where nobody asks the system.
func machineMemory() int64 { return 8 << 30 }
