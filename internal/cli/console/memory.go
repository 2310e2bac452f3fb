package console

import "github.com/KimMachineGun/automemlimit/memlimit"

// someMemory is a cautious guess for a machine that doesn't say what it has.
const someMemory = 4 << 30

// MachineMemory is the memory that this process may use, in bytes: the machine's, or its control group's.
func MachineMemory() int64 {
	least := uint64(1) << 62
	for _, limit := range []func() (uint64, error){memlimit.FromSystem, memlimit.FromCgroup} {
		if n, err := limit(); err == nil && n > 0 {
			least = min(least, n)
		}
	}
	if least == 1<<62 {
		return someMemory
	}
	return int64(least)
}
