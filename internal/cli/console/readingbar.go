package console

import (
	"io"
	"sync/atomic"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/cwriter"
	"github.com/vbauerster/mpb/v8/decor"
)

// ReadingBar shows how far a long reading is: a bar that grows on a terminal, lines from time to time elsewhere.
type ReadingBar struct {
	name     string
	of       int64 // bytes; 0 is unknown
	read     atomic.Int64
	progress *mpb.Progress
	bar      *mpb.Bar
	next     atomic.Int64 // when the next line is due
	note     func(format string, args ...any)
}

// NewReadingBar shows the reading of a name of so many bytes, until its End.
func (a *App) NewReadingBar(name string, of int64) *ReadingBar {
	b := &ReadingBar{name: name, of: of, note: a.Progress}
	b.next.Store(time.Now().Add(ProgressEvery).UnixNano())
	if t := cwriter.New(a.Err); t.IsTerminal() && Drawable(t) {
		b.note = func(string, ...any) {}
		b.draw(a.Err)
	}
	return b
}

func (b *ReadingBar) draw(w io.Writer) {
	b.progress = mpb.New(mpb.WithOutput(w), mpb.WithWidth(40), mpb.WithRefreshRate(100*time.Millisecond))
	b.bar = b.progress.AddBar(b.of,
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(OneLine(b.name)+"  ")),
		mpb.AppendDecorators(decor.Counters(decor.SizeB1000(0), "% .1f of % .1f"), decor.AverageSpeed(decor.SizeB1000(0), "  % .1f"), decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace)),
	)
}

// Add hears that n bytes more are read.
func (b *ReadingBar) Add(n int64) {
	read := b.read.Add(n)
	if b.bar != nil {
		b.bar.IncrInt64(n)
	}
	now := time.Now().UnixNano()
	if due := b.next.Load(); now < due || !b.next.CompareAndSwap(due, now+int64(ProgressEvery)) {
		return
	}
	if b.of > 0 {
		b.note("%s: %s of %s read", b.name, humanize.Bytes(uint64(read)), humanize.Bytes(uint64(b.of)))
	} else {
		b.note("%s: %s read", b.name, humanize.Bytes(uint64(read)))
	}
}

// End takes the bar away.
func (b *ReadingBar) End() {
	if b.progress == nil {
		return
	}
	b.bar.Abort(true)
	b.progress.Wait()
}
