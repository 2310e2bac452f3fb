package console

import (
	"fmt"
	"strings"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/state"
)

// Plural is the ending of a word for n things.
func Plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// Duration is a time for people: 1.2s, 12s, 3m20s, 5h10m, 43 days.
func Duration(seconds float64) string {
	if seconds >= 48*3600 {
		return fmt.Sprintf("%.0f days", seconds/86400)
	}
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	switch {
	case d >= time.Hour:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	case d >= 10*time.Second:
		return d.String()
	}
	return fmt.Sprintf("%.1fs", seconds)
}

// CountsText says where the cells are, without the states that no cell is in.
func CountsText(c ziplaw.Counts) string {
	text := fmt.Sprintf("%d of %d done", c.Done, c.Total)
	if c.Reused > 0 {
		text += fmt.Sprintf(" (%d reused)", c.Reused)
	}
	for _, s := range []struct {
		n    int
		name string
	}{{c.Running, "running"}, {c.Queued, "queued"}, {c.Diverged, "diverged"}, {c.Failed, "failed"}} {
		if s.n > 0 {
			text += fmt.Sprintf(", %d %s", s.n, s.name)
		}
	}
	return text
}

// CellAt is how far a cell is that isn't finished, or what it waits for.
func CellAt(c state.Cell) string {
	var parts []string
	if c.Waits == nil && c.Steps > 0 {
		parts = append(parts, fmt.Sprintf("step %d/%d", c.Step, c.Steps))
	}
	if c.Waits != nil {
		parts = append(parts, "waits for "+OneLine(c.Waits.String()))
	}
	if c.Attempt > 1 && (c.Waits == nil || c.Waits.For != state.ForRetry) {
		parts = append(parts, fmt.Sprintf("attempt %d", c.Attempt))
	}
	return strings.Join(parts, ", ")
}

// Day is a time to the second.
func Day(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }

// AndMore says how many more there are; nothing where there are none.
func AndMore(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d more)", n)
}
