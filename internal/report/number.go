package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// number writes x with three significant digits, in plain digits from 0.001 to 9,999 and as 1.23e7 beyond.
func number(x float64) string {
	size := math.Abs(x)
	switch {
	case x == 0:
		return "0"
	case math.IsInf(x, 0) || math.IsNaN(x):
		return "-"
	case size >= 1e-3 && size < 9999.5:
		return strconv.FormatFloat(x, 'f', decimals(size), 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'e', 2, 64), "e")
	power, _ := strconv.Atoi(exponent)
	return mantissa + "e" + strconv.Itoa(power)
}

// decimals is how many places after the point make three significant digits.
func decimals(size float64) int {
	return min(max(2-int(math.Floor(math.Log10(size))), 0), 5)
}

// span writes an interval; it is empty where there is none.
func span(in [2]float64, found bool) string {
	if !found {
		return ""
	}
	return "[" + number(in[0]) + ", " + number(in[1]) + "]"
}

// optional writes a number that may be absent.
func optional(x *float64) string {
	if x == nil {
		return "-"
	}
	return number(*x)
}

// pValue writes a probability.
func pValue(p *float64) string {
	switch {
	case p == nil || math.IsNaN(*p):
		return "-"
	case *p < 1e-4:
		return "<0.0001"
	}
	return strconv.FormatFloat(*p, 'f', 4, 64)
}

// percent writes a level such as 0.95.
func percent(level float64) string {
	return strconv.FormatFloat(math.Round(1e6*level)/1e4, 'g', -1, 64) + " %"
}

// whole writes an integer in groups of three digits.
func whole[T int | int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// count writes a number of things.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%s %s", whole(n), many)
}

// listed is how many words a sentence takes.
const listed = 10

// list joins words as a sentence does, the first of them where they are many.
func list(words []string) string {
	if n := len(words); n > listed {
		words = append(words[:listed-2:listed-2], fmt.Sprintf("%d more", n-listed+2))
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// printable takes from a name what would move a terminal's cursor or end a table's cell.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}
