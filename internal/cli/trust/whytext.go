package trust

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/state"
)

func (why whyJSON) text(w io.Writer) error {
	fmt.Fprintln(w, why.Cell)
	switch {
	case why.Key == "":
		fmt.Fprintf(w, "  %s: its data set isn't sampled yet, so its key isn't known\n", why.Decision)
	case why.madeJSON == nil:
		fmt.Fprintf(w, "  %s: no finished cell has its key, %s\n", why.Decision, why.Key.Short())
	case why.Decision == decisionReused:
		fmt.Fprintf(w, "  reused: trained for %s on %s, with the same key, %s\n", why.For, console.Day(why.Finished), why.Key.Short())
	default:
		fmt.Fprintf(w, "  run: trained on %s in %s, because no finished cell had its key, %s\n",
			console.Day(why.Finished), why.Finished.Sub(why.Started).Round(time.Millisecond), why.Key.Short())
	}
	if at := console.CellAt(state.Cell{Attempt: why.AttemptNumber, Step: why.Step, Steps: why.Steps, Waits: why.Waits}); at != "" {
		fmt.Fprintln(w, "  "+at)
	}
	if why.madeJSON != nil {
		fmt.Fprintln(w, "  attempt", why.Attempt)
		for _, c := range why.Converted {
			fmt.Fprintf(w, "  it went on from a checkpoint of %s at step %d: another run is equal within a tolerance only (class R2)\n", c.From, c.Step)
		}
	}
	if why.Nearest == nil {
		if why.Key != "" {
			fmt.Fprintln(w, "  the store has no other cell")
		}
		return nil
	}
	return nearestText(w, *why.Nearest)
}

func nearestText(w io.Writer, n lineage.Neighbour) error {
	name := n.Label
	if name == "" {
		name = "the cell of key " + n.Key.Short()
	}
	fmt.Fprintf(w, "  the nearest other cell is %s, key %s, which differs in\n", name, n.Key.Short())
	rows := [][]string{{"    FIELD", "HERE", "THERE"}}
	for _, d := range n.Differences {
		rows = append(rows, []string{"    " + strings.TrimPrefix(d.Field, "params."), valueText(d.Here), valueText(d.There)})
	}
	return console.Table(w, rows)
}

// valueText is a parameter's value; digests are cut.
func valueText(raw json.RawMessage) string {
	const most = 24
	text := string(raw)
	if raw == nil {
		return "absent"
	}
	if len(text) > most {
		text = text[:most] + "..."
	}
	return text
}
