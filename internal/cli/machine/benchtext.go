package machine

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw/internal/bench"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// benchJSON is what ziplaw bench prints.
type benchJSON []bench.Row

// text prints a table, what could not be measured, and perhaps where time goes.
func (v benchJSON) text(w io.Writer, profile bool) error {
	rows := [][]string{{"WORK", "ZIPLAW", "UNIT", "PEER", "PEER'S", "RATIO", "ROUNDS", "OF PEAK"}}
	for _, r := range v {
		rows = append(rows, benchCells(r))
	}
	if err := console.Table(w, rows); err != nil {
		return err
	}
	if profile {
		for _, r := range v {
			if err := profileText(w, r); err != nil {
				return err
			}
		}
	}
	return v.notes(w)
}

func benchCells(r bench.Row) []string {
	peer, value, ratio, spread, share := "-", "-", "-", "-", "-"
	if r.Ratio != nil {
		peer, value, ratio = r.Peer, figures(*r.PeerValue), fmt.Sprintf("%.2f", *r.Ratio)
		spread = fmt.Sprintf("%.2f-%.2f", r.RatioRange[0], r.RatioRange[1])
	}
	if r.ShareOfPeak != nil {
		share = fmt.Sprintf("%.0f %%", 100**r.ShareOfPeak)
	}
	return []string{r.Work, figures(r.Ours), r.Unit, peer, value, ratio, spread, share}
}

// figures is a number to three figures or more.
func figures(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}

// profileText prints where the time of a step goes.
func profileText(w io.Writer, r bench.Row) error {
	if len(r.Profile) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\n%s\n", r.Work)
	rows := [][]string{{"  OPERATION", "MS A STEP", "SHARE", "CALLS"}}
	for _, o := range r.Profile {
		rows = append(rows, []string{"  " + o.Operation, fmt.Sprintf("%.3g", o.Ms), fmt.Sprintf("%.1f %%", 100*o.Share), fmt.Sprintf("%.4g", o.Calls)})
	}
	return console.Table(w, rows)
}

// notes says once why peers are missing.
func (v benchJSON) notes(w io.Writer) error {
	said := map[string]bool{}
	for _, r := range v {
		for _, why := range r.Unmeasured {
			if !said[why] {
				said[why] = true
				if _, err := fmt.Fprintf(w, "\nno peer for %s: %s", strings.Join(v.without(why), ", "), why); err != nil {
					return err
				}
			}
		}
	}
	if len(said) > 0 {
		fmt.Fprintln(w)
	}
	return nil
}

// without are the first words of the cases that lack a peer for a reason.
func (v benchJSON) without(why string) (works []string) {
	for _, r := range v {
		name, _, _ := strings.Cut(r.Work, " ")
		if slices.Contains(r.Unmeasured, why) && !slices.Contains(works, name) {
			works = append(works, name)
		}
	}
	return works
}
