package study

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ziplaw/ziplaw"
)

// terminal is a new terminal of a size: its end for the program, and its end for the person.
func terminal(t *testing.T, columns, rows uint16) (program, person *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	fd := int(person.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: rows}); err != nil {
		t.Fatal(err)
	}
	if program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return program, person
}

// TestLiveDisplay draws a block over itself, and leaves the last one to be read.
func TestLiveDisplay(t *testing.T) {
	t.Setenv("TERM", "xterm")
	program, person := terminal(t, 60, 5)
	read := make(chan string)
	go func() {
		var b bytes.Buffer
		_, _ = io.Copy(&b, person) // ends with an error when the program's end is closed
		read <- b.String()
	}()
	d := newDisplay(program)
	v := someView()
	d.show(v)
	v.Progress.Cells, v.Progress.Phase = ziplaw.Counts{Total: 24, Done: 24}, "done"
	d.show(v)
	d.end()
	if err := program.Close(); err != nil {
		t.Fatal(err)
	}
	text := <-read
	for _, want := range []string{"train  1m1s", "done  1m1s", "24 of 24 done", "\x1b[4A"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	if strings.Contains(text, "step 100") {
		t.Errorf("more than four lines on a terminal of five: %q", text)
	}
	if last := text[strings.LastIndex(text, "\x1b["):]; !strings.HasSuffix(text, "\r\n") || strings.Count(last, "\n") != 4 {
		t.Errorf("it ends with %q", last)
	}
}

// TestTerminalsThatDrawNothing get one line for a look, without a cursor's moves.
func TestTerminalsThatDrawNothing(t *testing.T) {
	for _, c := range []struct {
		name, term    string
		columns, rows uint16
	}{{"dumb", "dumb", 80, 24}, {"no size", "xterm", 0, 0}, {"no width", "xterm", 0, 24}} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("TERM", c.term)
			program, person := terminal(t, c.columns, c.rows)
			read := make(chan string)
			go func() {
				var b bytes.Buffer
				_, _ = io.Copy(&b, person) // ends with an error when the program's end is closed
				read <- b.String()
			}()
			d := newDisplay(program)
			d.show(someView())
			d.end()
			if err := program.Close(); err != nil {
				t.Fatal(err)
			}
			if text := <-read; strings.Contains(text, "\x1b") || strings.Count(text, "\n") != 1 || !strings.Contains(text, "train: 5 of 24 done") {
				t.Errorf("%q", text)
			}
		})
	}
}
