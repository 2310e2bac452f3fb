package verify

import (
	"fmt"
	"strings"
)

// partText is what a part found, as lines.
func partText(p PartResult) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %s", p.State.Word())
	if p.Reason != "" {
		fmt.Fprintf(&b, ": %s", p.Reason)
	}
	fmt.Fprintf(&b, " (%.1f s)\n", p.Seconds)
	if speed, ok := p.Figure("tokens_per_second").(float64); ok {
		fmt.Fprintf(&b, "  %v in %v: %.0f tokens/s\n", p.Figure("model"), p.Figure("precision"), speed)
	}
	for _, c := range p.Checks {
		if c.State != Passed {
			fmt.Fprintf(&b, "  %s: %s: %s\n", c.State.Word(), c.Name, c.Detail)
		}
	}
	return b.String()
}

// Text is a summary in some lines.
func (r *Result) Text() string {
	var b strings.Builder
	for _, p := range r.Parts {
		fmt.Fprintf(&b, "%-10s %5.1f s  %s", p.State.Word(), p.Seconds, p.Title)
		if speed, ok := p.Figure("tokens_per_second").(float64); ok {
			fmt.Fprintf(&b, " (%v): %.0f tokens/s", p.Figure("model"), speed)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s on %s in %.0f s\n", r.verdict(), r.deviceName(), r.Seconds)
	return b.String()
}

// verdict is the run in a sentence.
func (r *Result) verdict() string {
	count := map[State]int{}
	for _, p := range r.Parts {
		count[p.State]++
	}
	if count[Passed] == len(r.Parts) {
		return fmt.Sprintf("All %d parts passed", len(r.Parts))
	}
	var others []string
	for _, s := range []State{Failed, TimedOut, LeftOut} {
		if n := count[s]; n > 0 {
			others = append(others, fmt.Sprintf("%d %s", n, s.Word()))
		}
	}
	return fmt.Sprintf("%d of %d parts passed, %s", count[Passed], len(r.Parts), strings.Join(others, ", "))
}

func (r *Result) deviceName() string {
	if r.Device == "" {
		return "no device"
	}
	return r.Device
}
