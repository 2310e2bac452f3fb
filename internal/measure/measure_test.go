package measure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/internal/content"
)

func options() Options {
	return Options{
		Documents:       content.DocumentOptions{Context: 32},
		Compressibility: ziplaw.Compressibility{Level: 9, Documents: 1000, Statistic: "median"},
		Seed:            1, Interval: ziplaw.FitOptions{Level: .95, Resamples: 100, Seed: 1},
	}
}

func stream(name, text string) File {
	return File{Name: name, Stream: true, Open: func() (*content.Content, error) {
		return content.New(name, strings.NewReader(text), content.Options{}), nil
	}}
}

func onDisk(t *testing.T, name, text string) File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return File{Name: path, Open: func() (*content.Content, error) { return content.Open(path, content.Options{}) }}
}

// prose is text without end of a few words.
func prose(n int) string {
	r := rand.New(rand.NewPCG(1, 1))
	words := strings.Fields("the of and to in is that it was for on are as with his they at be this from have or by one had not but what all were when")
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(words[r.IntN(len(words))] + " ")
	}
	return b.String()[:n]
}

// TestIsAStudysMeasure: on the same documents, H, its interval and the entropies are those that a study has, to the bit.
func TestIsAStudysMeasure(t *testing.T) {
	text := prose(32 * 700)
	var docs [][]int32
	grams := analysis.NewNGrams()
	for at := 0; at < len(text); at += 32 {
		doc := make([]int32, 32)
		for i := range doc {
			doc[i] = int32(text[at+i])
		}
		docs = append(docs, doc)
		grams.Add(doc)
	}
	o := options()
	h, perDocument, err := analysis.Compressibility(docs, o.Compressibility, o.Interval)
	if err != nil {
		t.Fatal(err)
	}
	for _, documents := range []int{1000, 0} {
		o.Compressibility.Documents, o.Each = documents, true
		got, err := Of(t.Context(), []File{stream("s", text+"rest")}, o, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.H != h || !reflect.DeepEqual(got.HPerDocument, perDocument) || got.Entropy0 != grams.Entropy0() || got.Entropy1 != grams.Entropy1() {
			t.Errorf("%d documents: %+v, want %+v", documents, got.H, h)
		}
		if got.Documents != 700 || got.Tokens != 700*32 || got.Files != 1 || got.Distinct != grams.Distinct() || got.Sizes.Raw != 4*700*32 {
			t.Errorf("%+v", got)
		}
	}
}

// TestSampleIsDrawnFromAll: the sample is the same however the data is cut into files, another with another seed, and evenly of all.
func TestSampleIsDrawnFromAll(t *testing.T) {
	var b strings.Builder
	for i := range 4000 { // a document's first token is its number
		fmt.Fprintf(&b, "%d %d\n", i, 5000+i%7)
	}
	lines := strings.SplitAfter(b.String(), "\n")
	o := options()
	o.Documents.Tokenizer, o.Compressibility.Documents = content.Integers, 400
	numbers := func(o Options, files ...File) []int64 {
		w, err := newWorker(o)
		if err != nil {
			t.Fatal(err)
		}
		r := reader{options: o, read: func(int64) {}, batches: make(chan *batch, 1000), free: make(chan *batch)}
		if err := r.files(t.Context(), files); err != nil {
			t.Fatal(err)
		}
		close(r.batches)
		if err := w.work(t.Context(), r.batches, r.free); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.sample.measure(o); err != nil {
			t.Fatal(err)
		}
		var all []int64
		for _, d := range w.sample.held {
			if int64(d.doc[0]) != d.number {
				t.Errorf("document %d is %v", d.number, d.doc)
			}
			all = append(all, d.number)
		}
		return all
	}
	one := numbers(o, stream("a", b.String()))
	if two := numbers(o, stream("a", strings.Join(lines[:1234], "")), stream("b", strings.Join(lines[1234:], ""))); !reflect.DeepEqual(one, two) {
		t.Error("cut into two files, another sample is drawn")
	}
	late := 0
	for _, n := range one {
		if n >= 2000 {
			late++
		}
	}
	if len(one) != 400 || late < 150 || late > 250 {
		t.Errorf("%d documents are drawn, %d of them from the second half", len(one), late)
	}
	o.Seed = 2
	if reflect.DeepEqual(numbers(o, stream("a", b.String())), one) {
		t.Error("two seeds draw one sample")
	}
}

// TestSkips: a file that is wrong in its middle is left out as a whole.
func TestSkips(t *testing.T) {
	good := onDisk(t, "good.jsonl", `{"text":"`+prose(64)+`"}`)
	bad := onDisk(t, "bad.jsonl", `{"text":"`+prose(320)+`"}`+"\n{")
	if _, err := Of(t.Context(), []File{bad, good}, options(), nil); !errors.As(err, new(*content.Error)) {
		t.Errorf("error %v", err)
	}
	o := options()
	o.Skip = true
	r, err := Of(t.Context(), []File{bad, good}, o, nil)
	if err != nil || r.Documents != 2 || r.Files != 1 || len(r.Skipped) != 1 {
		t.Errorf("%d documents of %d files, skipped %v, error %v", r.Documents, r.Files, r.Skipped, err)
	}
	if _, err := Of(t.Context(), []File{bad}, o, nil); !errors.As(err, new(*NoDocumentsError)) || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v", err)
	}
	if _, err := Of(t.Context(), []File{stream("s", "short")}, o, nil); !errors.As(err, new(*NoDocumentsError)) || !strings.Contains(err.Error(), "shorter than 32") {
		t.Errorf("error %v", err)
	}
}

// TestEndsWhenCancelled: a reading that waits for a pipe's writer ends with the context.
func TestEndsWhenCancelled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	ended := make(chan error)
	go func() {
		_, err := Of(ctx, []File{{Name: path, Stream: true, Open: func() (*content.Content, error) {
			return content.Open(path, content.Options{Pipes: true})
		}}}, options(), nil)
		ended <- err
	}()
	select {
	case err := <-ended:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits on")
	}
}

// TestProgressCountsAllBytes: what is heard of the reading is the files' size.
func TestProgressCountsAllBytes(t *testing.T) {
	text := prose(100_000)
	var read int64
	if _, err := Of(t.Context(), []File{stream("a", text), stream("b", text)}, options(), func(n int64) { read += n }); err != nil || read != 200_000 {
		t.Errorf("%d bytes, error %v", read, err)
	}
}

func TestNeighbours(t *testing.T) {
	for _, test := range []struct {
		h            float64
		below, above string
	}{
		{0.05, "", "grammar (3,20,2,2)"}, {0.115, "grammar (3,20,2,2)", "grammar (3,20,2,2)"}, {0.3, "grammar (10,150,5,3)", "grammar (20,300,10,5)"},
		{0.5, "grammar (30,400,10,8)", "grammar (50,500,20,15)"}, {0.7, "grammar (100,2000,100,30)", ""},
	} {
		below, above := Neighbours(test.h)
		if name(below) != test.below || name(above) != test.above {
			t.Errorf("%v is between %q and %q", test.h, name(below), name(above))
		}
	}
}

func name(p *PaperSet) string {
	if p == nil {
		return ""
	}
	return p.Name
}

// TestManyDocuments: what is kept of documents doesn't grow with their number.
func TestManyDocuments(t *testing.T) {
	o := options()
	o.Compressibility.Documents = 0
	r, err := Of(t.Context(), []File{{Name: "zeros", Stream: true, Open: func() (*content.Content, error) {
		return content.New("zeros", io.LimitReader(endless{}, 32*(mostResampled+5000)), content.Options{}), nil
	}}}, o, nil)
	if err != nil || r.Sizes.N != mostResampled+5000 || r.HPerDocument != nil || len(r.Sizes.Values()) != 1 || r.H.Low != r.H.Median {
		t.Errorf("%d documents, %d values, H %+v, error %v", r.Sizes.N, len(r.Sizes.Values()), r.H, err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte{'z'}, len(p))), nil }
