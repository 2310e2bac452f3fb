package data

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/content"
)

// TestMeasureOfNothingEnds: a measurement of standard input ends with its context, though nobody writes anything.
func TestMeasureOfNothingEnds(t *testing.T) {
	silent, to := io.Pipe()
	t.Cleanup(func() { _ = to.Close() })
	a := &app{&console.App{Stdin: silent, Printer: console.Printer{Out: io.Discard, Err: io.Discard}}}
	ctx, stop := context.WithCancel(t.Context())
	var f measureFlags
	f.register(&cobra.Command{})
	ended := make(chan error, 1)
	go func() { ended <- a.measure(ctx, []string{stdin}, f) }()
	time.AfterFunc(50*time.Millisecond, stop)
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits on")
	}
}

// TestMeasureErrorOfEnd: an end of the context is no fault of the file whose reading it ends.
func TestMeasureErrorOfEnd(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err := io.ReadAll(content.New("data", &untilDone{ctx: ctx, from: strings.NewReader("text")}, content.Options{}))
	if err = measureError("data", err); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestUntilDoneReadsAll: what is read is what was written, whatever the sizes of the reads.
func TestUntilDoneReadsAll(t *testing.T) {
	text := strings.Repeat("some text ", 1000)
	got, err := io.ReadAll(&untilDone{ctx: t.Context(), from: io.MultiReader(strings.NewReader(text), strings.NewReader(text))})
	if string(got) != text+text || err != nil {
		t.Errorf("%d bytes, error %v", len(got), err)
	}
}
