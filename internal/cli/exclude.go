package cli

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// condition is what --exclude names, such as D<2e6.
type condition struct {
	text  string
	value func(scaling.Point) float64
	holds func(v float64) bool
}

var conditionText = regexp.MustCompile(`^\s*(N|D|L|C|row)\s*(<=|>=|<|>|=)\s*([^\s=<>]+)\s*$`)

func parseCondition(text string) (c condition, err error) {
	const hint = "such as D<2e6, L>=10, C<1e15 or row=17"
	parts := conditionText.FindStringSubmatch(text)
	if parts == nil {
		return c, usage("--exclude", hint, "%q", text)
	}
	limit, err := strconv.ParseFloat(parts[3], 64)
	if err != nil {
		return c, usage("--exclude", hint, "%q is no number", parts[3])
	}
	c.text = text
	c.value = map[string]func(scaling.Point) float64{
		"N": func(p scaling.Point) float64 { return p.N }, "D": func(p scaling.Point) float64 { return p.D },
		"L": func(p scaling.Point) float64 { return p.L }, "C": func(p scaling.Point) float64 { return 6 * p.N * p.D },
		"row": func(p scaling.Point) float64 { return float64(p.Row) },
	}[parts[1]]
	c.holds = map[string]func(float64) bool{
		"<": func(v float64) bool { return v < limit }, "<=": func(v float64) bool { return v <= limit }, ">": func(v float64) bool { return v > limit },
		">=": func(v float64) bool { return v >= limit }, "=": func(v float64) bool { return v == limit },
	}[parts[2]]
	return c, nil
}

// exclude leaves out the runs that one of the conditions holds for, with the first such as the reason.
func exclude(points []scaling.Point, texts []string) (kept []scaling.Point, excluded []ziplaw.Excluded, err error) {
	conditions := make([]condition, len(texts))
	for i, text := range texts {
		if conditions[i], err = parseCondition(text); err != nil {
			return nil, nil, err
		}
	}
next:
	for i, p := range points {
		for _, c := range conditions {
			if c.holds(c.value(p)) {
				name := p.Name
				if name == "" {
					name = fmt.Sprint(i + 1)
				}
				excluded = append(excluded, ziplaw.Excluded{Cell: name, Reason: c.text})
				continue next
			}
		}
		kept = append(kept, p)
	}
	return kept, excluded, nil
}
