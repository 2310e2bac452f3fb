package content

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"
)

func BenchmarkLook(b *testing.B) {
	data := bytes.Repeat([]byte("the quick brown fox jumps over the lazy dog\n"), 6000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		var l Look
		l.Add(data)
	}
}

// BenchmarkDocuments reads 8 MiB of each format, with the hash and the look at text.
func BenchmarkDocuments(b *testing.B) {
	const size = 8 << 20
	text := bytes.Repeat([]byte("the quick brown fox jumps over the lazy dog\n"), size/44)
	var ids, tokens, texts []byte
	for r := rand.New(rand.NewPCG(1, 1)); len(tokens) < size; {
		ids, tokens = append(ids, '\n'), append(tokens, `]}`+"\n"+`{"tokens":[`...)
		for i := range 512 {
			if i > 0 {
				ids, tokens = append(ids, ' '), append(tokens, ',')
			}
			id := r.Int64N(50000)
			ids, tokens = strconv.AppendInt(ids, id, 10), strconv.AppendInt(tokens, id, 10)
		}
	}
	tokens = append(tokens[3:], "]}\n"...)
	for len(texts) < size {
		texts = append(texts, `{"id":"0123456789","text":"`+string(bytes.ReplaceAll(text[:44*50], []byte("\n"), []byte(`\n`)))+`","meta":{"a":[1,2,3]}}`+"\n"...)
	}
	for _, test := range []struct {
		name string
		data []byte
		o    DocumentOptions
	}{
		{"text", text, DocumentOptions{Format: Text, Context: 512}},
		{"text.gz", gz(text[:size/2]), DocumentOptions{Format: Text, Context: 512}},
		{"integers", ids, DocumentOptions{Format: Text, Tokenizer: Integers}},
		{"tokens", tokens, DocumentOptions{Format: JSONL}},
		{"texts", texts, DocumentOptions{Format: JSONL, Context: 512}},
		{"bin", text, DocumentOptions{Format: Bin, Context: 512}},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.SetBytes(int64(len(test.data)))
			for b.Loop() {
				d, err := NewDocuments(New(test.name, bytes.NewReader(test.data), Options{}), test.o)
				if err != nil {
					b.Fatal(err)
				}
				var doc []int32
				for err == nil {
					doc, err = d.Next(doc[:0])
				}
				if !errors.Is(err, io.EOF) {
					b.Fatal(err)
				}
			}
		})
	}
}
