package bench

import (
	"context"
	_ "embed"

	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/internal/pcfg"
)

//go:embed measure.py
var measureText string

var measureScript = Script{"measure.py", measureText, "a Python with its gzip module"}

// measuredDocuments are compressed in each call.
const measuredDocuments = 200

// measureCases compress documents of grammars at level 9, as H wants them, on one thread.
func measureCases(_ Options, p *Python) (cases []Case) {
	for _, class := range sampledClasses {
		cases = append(cases, Case{
			Work: "measure " + className(class), Unit: "MB/s", Amount: measuredDocuments * documentTokens * 4 / 1e6, Threads: 1,
			Ours: func() (Side, error) { return measureOurs(class) },
			Peers: []func(context.Context) (Side, error){func(ctx context.Context) (Side, error) {
				docs, err := measuredOf(class)
				if err != nil {
					return nil, err
				}
				return p.Peer(measureScript, "", 1, 1, map[string]any{"documents": docs})(ctx)
			}},
		})
	}
	return cases
}

// measuredOf are the documents.
func measuredOf(c pcfg.Class) ([][]int32, error) {
	s, err := samplerOf(c)
	if err != nil {
		return nil, err
	}
	docs := make([][]int32, measuredDocuments)
	for i := range docs {
		docs[i] = s.Document(nil, pcfg.Train, uint64(i))
	}
	return docs, nil
}

func measureOurs(c pcfg.Class) (Side, error) {
	docs, err := measuredOf(c)
	if err != nil {
		return nil, err
	}
	compressor, err := analysis.NewCompressor(9)
	if err != nil {
		return nil, err
	}
	return newCalls(nil, func() error {
		for _, d := range docs {
			compressor.Tokens(d)
		}
		return nil
	}), nil
}
