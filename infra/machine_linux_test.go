package infra

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMachinesThatLackSomething are told what, and how to get it.
func TestMachinesThatLackSomething(t *testing.T) {
	for _, c := range []struct {
		name    string
		command []string // that runs this program
		says    []string
	}{
		{"no loopback", []string{"unshare", "-n"}, []string{"loopback", "ip link set lo up"}},
		{"no /proc", []string{"unshare", "-m", "sh", "-c", `mount -t tmpfs none /proc && exec "$0"`}, []string{"/proc", "mount -t proc"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if out, err := exec.Command(c.command[0], c.command[1], "true").CombinedOutput(); err != nil {
				t.Skipf("no namespaces here: %v %s", err, out)
			}
			cmd := exec.Command(c.command[0], append(c.command[1:], os.Args[0])...)
			cmd.Env = append(os.Environ(), holdEnv+"="+t.TempDir())
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.HasPrefix(string(out), "error: ") || strings.Count(string(out), "\n") != 1 {
				t.Fatalf("it said %q, %v", out, err)
			}
			for _, want := range c.says {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q in %q", want, out)
				}
			}
		})
	}
}
