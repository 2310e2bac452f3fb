package runs

import (
	"encoding/csv"
	"fmt"
	"strings"
)

// Columns are the names of a table's columns. N, D, L and C are found by common names where they are "".
type Columns struct {
	N       string // parameters
	D       string // training tokens
	L       string // loss
	C       string // training FLOPs, which give N or D by C = 6ND where there is no column of that one
	By      string // the set that a run belongs to; "" makes all runs one set
	H       string // a measure of the data, such as its compressibility; "" where there is none
	Weight  string // how much a run counts; "" weighs all alike
	Cluster string // what runs that belong together share, such as a seed; "" where none do
}

// columnKeys are the keys of ParseColumns.
const columnKeys = "N, D, L, C, H, weight, cluster"

// ParseColumns reads pairs such as N=params,D=tokens,weight=w. Keys are N, D, L, C, H, weight and cluster, in any case. A
// pair with a comma in its column is quoted as in CSV: "N=size, all",D=tokens.
func ParseColumns(s string) (Columns, error) {
	var c Columns
	if strings.TrimSpace(s) == "" {
		return c, nil
	}
	pairs, err := splitPairs(s)
	if err != nil {
		return Columns{}, err
	}
	for _, pair := range pairs {
		if err := c.set(pair); err != nil {
			return Columns{}, err
		}
	}
	return c, nil
}

func splitPairs(s string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(s))
	r.TrimLeadingSpace = true
	lines, err := r.ReadAll()
	if err != nil || len(lines) != 1 {
		return nil, fmt.Errorf("columns %s: pairs such as N=params,D=tokens belong there; quotes go around a whole pair", quote(s))
	}
	return lines[0], nil
}

// set takes one pair.
func (c *Columns) set(pair string) error {
	key, column, found := strings.Cut(pair, "=")
	key, column = strings.TrimSpace(key), strings.TrimSpace(column)
	if !found || column == "" {
		return fmt.Errorf("columns: %s is no pair such as N=params", quote(pair))
	}
	field := c.field(key)
	if field == nil {
		return fmt.Errorf("columns: %s is no key: the keys are %s", quote(key), columnKeys)
	}
	if *field != "" {
		return fmt.Errorf("columns: %s is given twice, as %s and %s", key, *field, column)
	}
	*field = column
	return nil
}

// field is where the column of a key stands; nil for no key.
func (c *Columns) field(key string) *string {
	switch strings.ToLower(key) {
	case "n":
		return &c.N
	case "d":
		return &c.D
	case "l":
		return &c.L
	case "c":
		return &c.C
	case "h":
		return &c.H
	case "weight":
		return &c.Weight
	case "cluster":
		return &c.Cluster
	}
	return nil
}

// choice is a column as a user names it.
type choice struct{ flag, column string }

// asked are the columns that have a name, with the flags that name them.
func (c *Columns) asked() []choice {
	var list []choice
	for _, a := range []choice{
		{"--columns N=", c.N},
		{"--columns D=", c.D},
		{"--columns L=", c.L},
		{"--columns C=", c.C},
		{"--by ", c.By},
		{"--columns H=", c.H},
		{"--columns weight=", c.Weight},
		{"--columns cluster=", c.Cluster},
	} {
		if a.column != "" {
			list = append(list, a)
		}
	}
	return list
}
