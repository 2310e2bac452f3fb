//go:build !linux

package corpus

import (
	"os"
	"testing"
)

func asNobody(t *testing.T) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Skip("the superuser reads everything")
	}
}
