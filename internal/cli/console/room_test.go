package console

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestFullDisk is said once, and once more when there is room.
func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		left := []int64{1 << 30, 1 << 30, 1 << 20, 2 << 20, 3 << 20, 1 << 30, 1 << 30}
		look := -1
		var said []string
		watchRoom(ctx, time.Second, func() string {
			look = min(look+1, len(left)-1)
			return noRoom("/data", func(string) (int64, error) { return left[look], nil })
		}, func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) })
		if len(said) != 2 || !strings.HasPrefix(said[0], "the disk of /data is full (1.0 MiB left)") || said[1] != "there is room on the disk again" {
			t.Errorf("%q", said)
		}
	})
	if text := noRoom("/data", func(string) (int64, error) { return 0, errors.New("no such folder") }); text != "" {
		t.Errorf("nobody knows, and it says %q", text)
	}
}
