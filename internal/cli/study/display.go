package study

import (
	"fmt"
	"io"
	"time"

	"github.com/vbauerster/mpb/v8/cwriter"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// display shows a running study on standard error: a block of lines that changes in place on a terminal, lines when
// something happened elsewhere.
type display interface {
	show(v view)
	// end leaves the last view to be read.
	end()
}

func newDisplay(w io.Writer) display {
	t := cwriter.New(w)
	if t.IsTerminal() && console.Drawable(t) {
		return &liveDisplay{terminal: t}
	}
	return &plainDisplay{w: w, now: time.Now}
}

type liveDisplay struct {
	terminal *cwriter.Writer
	last     []string
}

func (d *liveDisplay) show(v view) {
	width, height, err := d.terminal.GetTermSize()
	if err != nil || width <= 0 || height <= 0 {
		width, height = 80, 24
	}
	d.last = fit(v.block(), width, height-1)
	d.draw(len(d.last))
}

// draw prints the lines and, at the next draw, goes up by some of them first.
func (d *liveDisplay) draw(up int) {
	for _, line := range d.last {
		fmt.Fprintln(d.terminal, line)
	}
	_ = d.terminal.Flush(up)
}

func (d *liveDisplay) end() {
	if d.last != nil {
		d.draw(0)
	}
	d.last = nil
}

// fit cuts lines to a terminal's size: a line that wraps, or a block that scrolls, can't be drawn over.
func fit(lines []string, width, height int) []string {
	lines = lines[:min(len(lines), max(1, height))]
	cut := make([]string, len(lines))
	for i, line := range lines {
		runes := []rune(console.OneLine(line))
		cut[i] = string(runes[:min(len(runes), max(1, width-1))])
	}
	return cut
}

// Bounds of plain lines: not more often, and not less often even where nothing happens.
const (
	plainLeast = 3 * time.Second
	plainMost  = time.Minute
)

type plainDisplay struct {
	w       io.Writer
	now     func() time.Time
	printed time.Time
	last    view
}

func (d *plainDisplay) show(v view) {
	since := d.now().Sub(d.printed)
	changed := v.Progress.Phase != d.last.Progress.Phase || (v.Trouble == "") != (d.last.Trouble == "")
	moved := v.Progress.Cells != d.last.Progress.Cells
	if !changed && (since < plainLeast || !moved && since < plainMost) {
		return
	}
	fmt.Fprintln(d.w, console.OneLine(v.line()))
	d.printed, d.last = d.now(), v
}

func (d *plainDisplay) end() {}
