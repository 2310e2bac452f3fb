package storage

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

func TestConfirm(t *testing.T) {
	for answer, agreed := range map[string]bool{
		"y\n": true, "yes\n": true, " YES \n": true, "y": true, "n\n": false, "\n": false, "": false, "yep\n": false, "no\ny\n": false,
	} {
		var said bytes.Buffer
		a := &app{&console.App{Printer: console.Printer{Err: &said}, Stdin: strings.NewReader(answer)}}
		err := a.confirm(t.Context(), "Remove it?")
		if (err == nil) != agreed || !strings.HasPrefix(said.String(), "Remove it? [y/N] ") {
			t.Errorf("%q: %v, %q", answer, err, said.String())
		}
		if !agreed && (!errors.Is(err, errDeclined) || !strings.Contains(said.String(), "nothing is removed")) {
			t.Errorf("%q: %v, %q", answer, err, said.String())
		}
	}
}

func TestConfirmEndsWithItsContext(t *testing.T) {
	nobody, typing := io.Pipe()
	defer typing.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := &app{&console.App{Printer: console.Printer{Err: io.Discard}, Stdin: nobody}}
	if err := a.confirm(ctx, "Remove it?"); !errors.Is(err, console.ErrInterrupted) {
		t.Errorf("%v", err)
	}
}

func TestOnlyATerminalIsAsked(t *testing.T) {
	a := &app{&console.App{Stdin: strings.NewReader("y\n")}}
	if asks, err := a.asks(true); asks || err != nil {
		t.Errorf("with --yes: asks %v, %v", asks, err)
	}
	if _, err := a.asks(false); ziplaw.CodeOf(err) != ziplaw.CodeUsage {
		t.Errorf("a pipe: %v", err)
	}
}

func TestAges(t *testing.T) {
	for text, want := range map[string]time.Duration{"7d": 168 * time.Hour, "36h": 36 * time.Hour, "90m": 90 * time.Minute, "0": 0, "0d": 0} {
		var a age
		if err := a.Set(text); err != nil || time.Duration(a) != want {
			t.Errorf("%s is %v, %v", text, time.Duration(a), err)
		}
	}
	for text, want := range map[time.Duration]string{168 * time.Hour: "7d", 2 * time.Hour: "2h", 90 * time.Minute: "1h30m", 5 * time.Second: "5s", 0: "0s"} {
		a := age(text)
		if a.String() != want {
			t.Errorf("%v is %s, want %s", text, a.String(), want)
		}
	}
	for _, text := range []string{"", "d", "x", "-1h", "-1d", "1.5d", "99999999999d", "7 days"} {
		if err := new(age).Set(text); err == nil {
			t.Errorf("%q is an age", text)
		}
	}
}
