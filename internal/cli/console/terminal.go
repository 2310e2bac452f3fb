package console

import (
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/vbauerster/mpb/v8/cwriter"
)

// dumb is the TERM of terminals that know no cursor.
const dumb = "dumb"

// Drawable says whether lines can be drawn over on a terminal: not on one that says it can't, or that has no size.
func Drawable(t *cwriter.Writer) bool {
	width, height, err := t.GetTermSize()
	return os.Getenv("TERM") != dumb && err == nil && width > 0 && height > 0
}

// OneLine is a text without what moves a terminal's cursor: failures may have several lines.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// plainColumns is the width of output that is no terminal's.
const plainColumns = 120

// Columns is the width of an output in characters.
func Columns(w io.Writer) int {
	t := cwriter.New(w)
	if !t.IsTerminal() {
		return plainColumns
	}
	width, _, err := t.GetTermSize()
	if err != nil || width <= 0 {
		return plainColumns
	}
	return width
}
