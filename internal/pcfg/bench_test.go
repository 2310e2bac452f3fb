package pcfg

import (
	"fmt"
	"testing"
)

// mainClasses are the classes of the paper's main data sets (table 1).
var mainClasses = []Class{
	{3, 20, 2, 2}, {10, 150, 5, 3}, {20, 300, 10, 5}, {30, 400, 10, 8}, {50, 500, 20, 15}, {100, 2000, 100, 30},
}

func BenchmarkDocument(b *testing.B) {
	for _, class := range append(mainClasses, Class{50, 100, 30, 15}) {
		b.Run(fmt.Sprint(class), func(b *testing.B) {
			g, err := Random(class, 1, ContextFree)
			if err != nil {
				b.Fatal(err)
			}
			s, err := NewSampler(g, SamplerOptions{Seed: 1, Context: 256, Separator: SharedSeparator})
			if err != nil {
				b.Fatal(err)
			}
			tokens, document := 0, []int32(nil)
			for i := uint64(0); b.Loop(); i++ {
				document = s.Document(document[:0], Train, i)
				tokens += len(document)
			}
			b.ReportMetric(float64(tokens)/b.Elapsed().Seconds()/1e6, "Mtokens/s")
		})
	}
}
