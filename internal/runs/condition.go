package runs

import (
	"fmt"
	"regexp"
	"strconv"
)

// Condition is what leaves runs out, such as D<2e6.
type Condition struct {
	Text     string
	quantity string
	holds    func(v float64) bool
}

var conditionText = regexp.MustCompile(`^\s*(N|D|L|C|row)\s*(<=|>=|<|>|=)\s*([^\s=<>]+)\s*$`)

// ParseCondition reads a quantity (N, D, L, C = 6 N D, or row), a comparison and a number.
func ParseCondition(text string) (Condition, error) {
	parts := conditionText.FindStringSubmatch(text)
	if parts == nil {
		return Condition{}, fmt.Errorf("%q is no condition", text)
	}
	limit, err := strconv.ParseFloat(parts[3], 64)
	if err != nil || limit != limit {
		return Condition{}, fmt.Errorf("%q is no number", parts[3])
	}
	return Condition{Text: text, quantity: parts[1], holds: map[string]func(float64) bool{
		"<": func(v float64) bool { return v < limit }, "<=": func(v float64) bool { return v <= limit }, ">": func(v float64) bool { return v > limit },
		">=": func(v float64) bool { return v >= limit }, "=": func(v float64) bool { return v == limit },
	}[parts[2]]}, nil
}

// Holds tells whether the condition holds for a run.
func (c Condition) Holds(n, d, l float64, row int) bool {
	return c.holds(map[string]float64{"N": n, "D": d, "L": l, "C": 6 * n * d, "row": float64(row)}[c.quantity])
}
