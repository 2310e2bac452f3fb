package report

import (
	"slices"
	"strings"
)

// grid is a table of a terminal: columns of texts. The first is set to the left, and so are those without a head, which go
// with the column before them; the others to the right.
type grid struct{ columns []*column }

// column is one of a grid's. Those of rank 0 are always shown; of the others those of the highest rank give way first where
// the terminal is too narrow.
type column struct {
	head  string
	rank  int
	texts []string
}

func (g *grid) column(head string, rank int) *column {
	c := &column{head: head, rank: rank}
	g.columns = append(g.columns, c)
	return c
}

func (c *column) add(text string) { c.texts = append(c.texts, printable(text)) }

func (c *column) width() int {
	width := len([]rune(c.head))
	for _, s := range c.texts {
		width = max(width, len([]rune(s)))
	}
	return width
}

// gap is the space between columns.
const gap = 2

func (g *grid) width() int {
	width := -gap
	for _, c := range g.columns {
		width += gap + c.width()
	}
	return width
}

// fit leaves out columns until the rest is no wider than a width, and gives the heads of those.
func (g *grid) fit(width int) (left []string) {
	for g.width() > width {
		least := 0
		for _, c := range g.columns {
			least = max(least, c.rank)
		}
		if least == 0 {
			return left
		}
		g.columns = slices.DeleteFunc(g.columns, func(c *column) bool {
			if c.rank == least && c.head != "" {
				left = append(left, c.head)
			}
			return c.rank == least
		})
	}
	return left
}

// grid writes a table.
func (t *tables) grid(g grid) {
	left := g.fit(t.width)
	t.text.WriteString(g.row(func(c *column) string { return c.head }))
	for i := range g.columns[0].texts {
		t.text.WriteString(g.row(func(c *column) string { return c.texts[i] }))
	}
	if len(left) > 0 {
		t.line("  no room here for %s: the report has all", list(left))
	}
}

func (g *grid) row(text func(*column) string) string {
	var b strings.Builder
	for i, c := range g.columns {
		s := text(c)
		pad := strings.Repeat(" ", c.width()-len([]rune(s)))
		switch {
		case i == 0:
			b.WriteString(s + pad)
		case c.head == "":
			b.WriteString(strings.Repeat(" ", gap) + s + pad)
		default:
			b.WriteString(strings.Repeat(" ", gap) + pad + s)
		}
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}
