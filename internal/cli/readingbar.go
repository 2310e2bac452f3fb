package cli

import (
	"io"
	"sync/atomic"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/cwriter"
	"github.com/vbauerster/mpb/v8/decor"
)

// readingBar shows how far a long reading is: a bar that grows on a terminal, lines from time to time elsewhere.
type readingBar struct {
	name     string
	of       int64 // bytes; 0 is unknown
	read     atomic.Int64
	progress *mpb.Progress
	bar      *mpb.Bar
	next     atomic.Int64 // when the next line is due
	note     func(format string, args ...any)
}

func (a *app) newReadingBar(name string, of int64) *readingBar {
	b := &readingBar{name: name, of: of, note: a.progress}
	b.next.Store(time.Now().Add(progressEvery).UnixNano())
	if t := cwriter.New(a.err); t.IsTerminal() && drawable(t) {
		b.note = func(string, ...any) {}
		b.draw(a.err)
	}
	return b
}

func (b *readingBar) draw(w io.Writer) {
	b.progress = mpb.New(mpb.WithOutput(w), mpb.WithWidth(40), mpb.WithRefreshRate(100*time.Millisecond))
	b.bar = b.progress.AddBar(b.of,
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(oneLine(b.name)+"  ")),
		mpb.AppendDecorators(decor.Counters(decor.SizeB1000(0), "% .1f of % .1f"), decor.AverageSpeed(decor.SizeB1000(0), "  % .1f"), decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace)),
	)
}

// add hears that n bytes more are read.
func (b *readingBar) add(n int64) {
	read := b.read.Add(n)
	if b.bar != nil {
		b.bar.IncrInt64(n)
	}
	now := time.Now().UnixNano()
	if due := b.next.Load(); now < due || !b.next.CompareAndSwap(due, now+int64(progressEvery)) {
		return
	}
	if b.of > 0 {
		b.note("%s: %s of %s read", b.name, humanize.Bytes(uint64(read)), humanize.Bytes(uint64(b.of)))
	} else {
		b.note("%s: %s read", b.name, humanize.Bytes(uint64(read)))
	}
}

// end takes the bar away.
func (b *readingBar) end() {
	if b.progress == nil {
		return
	}
	b.bar.Abort(true)
	b.progress.Wait()
}
