package report

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// powers ticks an axis of decimal logarithms at powers of ten, and between them where there are few.
func powers(low, high float64) []plot.Tick {
	step := max(1, int((high-low)/6))
	var ticks []plot.Tick
	for p := int(math.Floor(low)); p <= int(math.Ceil(high)); p++ {
		for k := 1; k < 10; k++ {
			at := float64(p) + math.Log10(float64(k))
			if at < low-1e-9 || at > high+1e-9 {
				continue
			}
			t := plot.Tick{Value: at}
			switch {
			case k == 1 && p%step == 0:
				t.Label = "10" + superscript(p)
			case high-low < 2 && (k == 2 || k == 5):
				t.Label = strconv.Itoa(k) + "·10" + superscript(p)
			case k > 1 && high-low > 5:
				continue
			}
			ticks = append(ticks, t)
		}
	}
	return ticks
}

// decades ticks an axis of decimal logarithms of any length: at round numbers where it is shorter than a decade, and at some
// powers of ten only where it is long.
func decades(low, high float64) []plot.Tick {
	const short, long, labelled = 0.8, 5, 5
	switch {
	case high-low < short && math.Pow(10, high) < math.Inf(1):
		ticks := plain(math.Pow(10, low), math.Pow(10, high))
		for i, t := range ticks {
			ticks[i].Value = math.Log10(t.Value)
		}
		return ticks
	case high-low > long:
		step := math.Ceil((high - low) / labelled)
		var ticks []plot.Tick
		for k := math.Ceil(low / step); k <= math.Floor(high/step); k++ {
			ticks = append(ticks, plot.Tick{Value: k * step, Label: "10" + superscript(int(k*step))})
		}
		return ticks
	}
	return powers(low, high)
}

// plain ticks an axis with about five numbers at multiples of 1, 2 or 5 times a power of ten.
func plain(low, high float64) []plot.Tick {
	step := roundStep((high - low) / 5)
	var ticks []plot.Tick
	for k := math.Ceil(low / step); k <= math.Floor(high/step); k++ {
		at := k*step + 0 // no negative zero
		ticks = append(ticks, plot.Tick{Value: at, Label: typeset(strconv.FormatFloat(at, 'g', 3, 64))})
	}
	return ticks
}

func roundStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if x <= m*power {
			return m * power
		}
	}
	return 10 * power
}

var superscripts = strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")

func superscript(n int) string { return superscripts.Replace(strconv.Itoa(n)) }

// printed is a number as print writes it.
func printed(x float64) string { return typeset(number(x)) }

func printedSpan(in [2]float64, found bool) string {
	if !found {
		return ""
	}
	return "[" + printed(in[0]) + ", " + printed(in[1]) + "]"
}

// typeset writes a number as print does: 1.2×10⁻³ for 1.2e-3, with a minus sign that is one.
func typeset(s string) string {
	mantissa, exponent, found := strings.Cut(s, "e")
	if power, err := strconv.Atoi(exponent); found && err == nil {
		s = mantissa + "×10" + superscript(power)
	}
	if strings.HasPrefix(s, "-") && len(s) > 1 {
		s = "−" + s[1:]
	}
	return s
}
