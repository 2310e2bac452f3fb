package runs

import (
	"fmt"
	"slices"
	"strings"
)

// finder looks for columns among the names that a table has.
type finder struct {
	names []string
	taken []string // columns that the user gave a meaning
}

// find completes the columns that the user named with those that common names tell. Notes say what isn't used. Where N
// or D stays "", C computes it.
func find(names []string, c Columns) (found Columns, notes []string, err error) {
	f := finder{names: names}
	if err := f.check(c); err != nil {
		return c, nil, err
	}
	asked := c.C
	for _, q := range []struct {
		quantity
		column *string
	}{{parameters, &c.N}, {tokens, &c.D}, {loss, &c.L}} {
		if *q.column, err = f.column(q.quantity, *q.column); err != nil {
			return c, nil, err
		}
	}
	if c.N != "" && c.D != "" {
		c.C = ""
		if asked != "" {
			notes = append(notes, fmt.Sprintf("column %s isn't used: there are N and D", asked))
		}
	} else if c.C, err = f.column(flops, c.C); err != nil {
		return c, nil, err
	}
	return c, notes, f.complete(c)
}

// check holds that the table has what the user named, and that no column is two of N, D, L and C.
func (f *finder) check(c Columns) error {
	var p problems
	meanings := map[string]string{}
	for _, a := range c.asked() {
		if !slices.Contains(f.names, a.column) {
			p.add("there is no column %s, as %s%s asks for%s; the table has %s", quote(a.column), a.flag, a.column, didYouMean(near(a.column, f.names)), list(f.names))
		}
		if key, ok := strings.CutPrefix(a.flag, "--columns "); ok && len(key) == len("N=") {
			if meanings[a.column] != "" {
				p.add("column %s can't be both %s and %s", quote(a.column), meanings[a.column], key[:1])
			}
			meanings[a.column] = key[:1]
		}
		f.taken = append(f.taken, a.column)
	}
	return p.err()
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", name)
}

// column is the one that holds q: that which is asked for, or the only one of a common name; "" where there is none.
func (f *finder) column(q quantity, asked string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	for _, common := range [][]string{q.clear, q.vague} {
		var found []string
		for _, n := range f.names {
			if slices.Contains(common, plain(n)) && !slices.Contains(f.taken, n) {
				found = append(found, n)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return "", fmt.Errorf("each of %s may be %s (%s): choose one, as in --columns %s=%s", list(found), q.key, q.meaning, q.key, found[0])
		}
	}
	return "", nil
}

// complete holds that there is a loss, and two of N, D and C.
func (f *finder) complete(c Columns) error {
	var p problems
	computes := c.C != "" && (c.N != "" || c.D != "")
	if c.N == "" && !computes {
		f.none(&p, parameters)
	}
	if c.D == "" && !computes {
		f.none(&p, tokens)
	}
	if c.L == "" {
		f.none(&p, loss)
	}
	return p.err()
}

func (f *finder) none(p *problems, q quantity) {
	p.add("no column has a common name of %s (%s): give its name with --columns %s=NAME; the table has %s", q.key, q.meaning, q.key, list(f.names))
}
