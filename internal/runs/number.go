package runs

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

var (
	decimal     = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)
	grouped     = regexp.MustCompile(`^\d{1,3}(,\d{3})+(\.\d+)?$`)
	underscored = regexp.MustCompile(`^\d+(_\d+)+(\.\d+)?$`)
	scaled      = regexp.MustCompile(`^(\d+\.?\d*|\.\d+) ?([kKmMbBgGtT])$`)
	twoWays     = regexp.MustCompile(`^\d+(,\d+)+(\.\d+)? ?[kKmMbBgGtT]$`)
	withComma   = regexp.MustCompile(`^[+-]?\d*,\d+([eE][+-]?\d+)?$`)
)

// exponents are what units of counts stand for, as powers of ten.
var exponents = map[string]string{"K": "e3", "M": "e6", "B": "e9", "G": "e9", "T": "e12"}

// number reads a positive finite number. A count, of parameters, tokens or FLOPs, may also have a unit (1.3B), commas
// between groups of three digits (1,300,000) or underscores (1_300_000), and then it doesn't stand plain. Errors say
// what is wrong, and not with what text.
func number(text string, count bool) (value float64, stands bool, err error) {
	digits, stands := text, decimal.MatchString(text)
	if !stands {
		if digits, err = spelled(text, count); err != nil {
			return 0, false, err
		}
	}
	value, err = strconv.ParseFloat(digits, 64)
	switch {
	case err != nil && strings.HasPrefix(digits, "-"), err == nil && value <= 0:
		return 0, false, errors.New("is not above 0")
	case err != nil:
		return 0, false, errors.New("is above the numbers of 64 bits")
	}
	return value, stands, nil
}

// spelled is a number in other spelling as a decimal.
func spelled(text string, count bool) (string, error) {
	if !count {
		if withComma.MatchString(text) {
			return "", errors.New("has a comma: a decimal point belongs there, as in " + strings.Replace(text, ",", ".", 1))
		}
		return "", errors.New("is no number")
	}
	if unit := scaled.FindStringSubmatch(text); unit != nil {
		return unit[1] + exponents[strings.ToUpper(unit[2])], nil
	}
	switch {
	case grouped.MatchString(text):
		return strings.ReplaceAll(text, ",", ""), nil
	case underscored.MatchString(text):
		return strings.ReplaceAll(text, "_", ""), nil
	case twoWays.MatchString(text):
		return "", errors.New("has a comma and a unit, which can be read in two ways: write it without the comma")
	case strings.Contains(text, ",") && strings.Trim(text, "0123456789,.") == "":
		return "", errors.New("is no number: commas separate groups of three digits, as in 1,300,000")
	}
	return "", errors.New("is no number")
}
