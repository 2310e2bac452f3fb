package report

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/regression"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// shape says how a synthetic study looks.
type shape struct {
	sets, models, budgets, seeds int
	noLaw                        bool // no data set has a law
	diverged                     int  // the first cells of each data set
	names                        func(i int) string
	beside                       []int // data sets that the regressions leave out
}

// quickShape is the shape of the quick study.
var quickShape = shape{sets: 6, models: 4, budgets: 4, seeds: 2}

// synthetic makes a study out of laws near those of small models, with some noise. It is the same each time.
func synthetic(s shape) Input {
	if s.names == nil {
		s.names = func(i int) string { return fmt.Sprintf("g%d0", i+1) }
	}
	in := Input{Study: ziplaw.Study{
		Version: 1, Name: "synthetic", Context: 256, Numerics: "cpu",
		Recipe: ziplaw.Recipe{
			Batch: 2, AdamW: "torch", LR: ziplaw.LearningRate{Base: 0.2, Scale: "inverse_width", Max: 0.02},
			Warmup: 0.05, Schedule: "cosine", PadTargets: "masked", HeldOut: 128,
		},
		Compressibility: ziplaw.Compressibility{Level: 9, Documents: 1000, Statistic: "median"},
		Fit: ziplaw.FitOptions{
			Final: "validation", K: 10, Delta: 1e-3, Count: "all", Starts: "hoffmann", Level: 0.95, Resamples: 200, Seed: 1, Pool: "none", Resampling: "clusters", Untrained: "keep", Loss: "huber",
		},
	}}
	for i := range s.models {
		in.Study.Models = append(in.Study.Models, ziplaw.Model{H: 4 << i, Layers: 1, Heads: 1, Intermediate: 8 << i})
	}
	for i := range s.budgets {
		in.Study.Budgets = append(in.Study.Budgets, 65536<<i)
	}
	for i := range s.seeds {
		in.Study.Seeds = append(in.Study.Seeds, int64(i+1))
	}
	in.Result = ziplaw.StudyResult{
		Study: "synthetic", Version: "0123abcd", WorkflowID: "ziplaw/synthetic", RunID: "run-1", State: ziplaw.StudyDone, Phase: ziplaw.PhaseDone,
		Digest: "sha256:" + fmt.Sprintf("%064d", 1), DigestCells: "sha256:" + fmt.Sprintf("%064d", 2),
		DataSets: []ziplaw.DataSetResult{}, Fits: []ziplaw.Fit{}, Warnings: []ziplaw.Warning{}, Seconds: 321,
	}
	r := rand.New(rand.NewPCG(1, 1))
	var hs []float64
	for i := range s.sets {
		in.addSet(s, i, r)
		hs = append(hs, in.Result.DataSets[i].H.Value)
	}
	in.Result.Cells.Total = len(in.Cells)
	if s.noLaw {
		in.Result.Regressions = regression.Regress(nil, nil, 0.95)
	} else {
		in.regress(hs, s.beside)
	}
	return in
}

// regress leaves some data sets, by their places, beside the regressions.
func (in *Input) regress(hs []float64, beside []int) {
	var taken []float64
	var fits []ziplaw.Fit
	in.Result.Regressed = []string{}
	for i, f := range in.Result.Fits {
		if !slices.Contains(beside, i) {
			taken, fits = append(taken, hs[i]), append(fits, f)
			in.Result.Regressed = append(in.Result.Regressed, f.DataSet)
		}
	}
	in.Result.Regressions = regression.Regress(taken, fits, 0.95)
}

func (in *Input) addSet(s shape, i int, r *rand.Rand) {
	name, h := s.names(i), 0.22+0.06*float64(i)
	spec := ziplaw.DataSetSpec{Name: name}
	if i == 4 {
		seed := int64(1)
		spec.Files, spec.Tokenizer, spec.DataSeed = &ziplaw.Files{Include: []string{"${GOROOT}/src/**/*.go"}}, "bytes", &seed
	} else {
		seed := int64(1)
		spec.Grammar = &ziplaw.Grammar{GrammarClass: ziplaw.GrammarClass{Nonterminals: 10 * (i + 1), Terminals: 100 * (i + 1), Options: 10, Length: 5, Separator: "shared", PFSA: "none"}}
		spec.GrammarSeeds, spec.SamplingSeed = []int64{1}, &seed
	}
	in.Study.Datasets = append(in.Study.Datasets, spec)
	in.Result.DataSets = append(in.Result.DataSets, ziplaw.DataSetResult{
		DataSet: name, Class: name, Documents: 2048, Entropy0: 3.2 + 0.5*float64(i), Entropy1: 1.4 + 0.3*float64(i),
		Vocabulary: 50 * (i + 1), Terminals: 48 * (i + 1), Duplicates: 3 * i, MeanChildren: 0.7, Termination: 0.98,
		H: ziplaw.Measure{Value: h, Median: h, Mean: h + 0.001, SD: 0.02, N: 1000, Low: h - 0.003, High: h + 0.002, Level: 0.95},
	})
	var perDocument []float64
	for range 1000 {
		perDocument = append(perDocument, h+0.02*r.NormFloat64())
	}
	in.HPerDocument = append(in.HPerDocument, perDocument)
	key := ziplaw.Key(ziplaw.IDOf([]byte(name)).Hex())
	in.Keys = append(in.Keys, SetKeys{DataSet: name, Sample: key, Compress: key, Fit: key})
	law := syntheticLaw(name, i)
	in.addCells(s, i, law, r)
	if s.noLaw {
		in.Result.Warnings = append(in.Result.Warnings, ziplaw.Warning{Code: "no_law", Message: name + ": fit: 4 runs are too few for 5 parameters: at least 6"})
		return
	}
	in.Result.Fits = append(in.Result.Fits, law)
}

func syntheticLaw(name string, i int) ziplaw.Fit {
	alpha, beta, e := 1.5-0.15*float64(i), 0.9-0.12*float64(i), 0.9+0.2*float64(i)
	logA, logB := alpha*math.Log(900), beta*math.Log(30000)
	law := ziplaw.Fit{
		DataSet: name, N: 32, N0: 3000, D0: 180000, E: e, LogA: logA, LogB: logB, A: math.Exp(logA), B: math.Exp(logB), Alpha: alpha, Beta: beta, Objective: 1e-5,
		Delta: 1e-3, Level: 0.95, Resamples: 200, R2: 0.97, Warnings: []ziplaw.Warning{},
	}
	if i%3 == 1 {
		law.E = 0
		law.Warnings = append(law.Warnings, ziplaw.Warning{Code: "E_at_bound", Message: "E is 0: the runs show no floor of the loss"})
	} else {
		log := math.Log(e)
		law.LogE = &log
	}
	if i%3 == 2 {
		law.Warnings = append(law.Warnings, ziplaw.Warning{Code: "beta_not_identified", Message: fmt.Sprintf("beta is %.2f with the interval [0.10, 1.90]", beta)})
	}
	for i, v := range []float64{1, 0.25, 0.01, 0.01, 0.01} {
		row := make([]float64, 5)
		row[i] = v
		law.Covariance = append(law.Covariance, row)
	}
	law.Intervals = map[string][2]float64{
		"E": {0, e * 1.3}, "A": {law.A / 50, law.A * 900}, "B": {law.B / 3, law.B * 4}, "alpha": {alpha * 0.8, alpha * 1.3},
		"beta": {beta * 0.7, beta * 1.2}, "a": {logA - 4, logA + 7}, "b": {logB - 1, logB + 1.4},
	}
	return law
}

func (in *Input) addCells(s shape, i int, law ziplaw.Fit, r *rand.Rand) {
	d := in.Result.DataSets[i]
	for j, c := range in.Study.Cells(d.DataSet) {
		body := int64(8 * c.Model.H * c.Model.H)
		n := body + 2*int64(c.Model.H*d.Vocabulary)
		row := CellRow{Cell: c, Key: ziplaw.Key(fmt.Sprintf("%08x", 1000*i+j)), Record: ziplaw.IDOf([]byte(c.String())), Result: ziplaw.CellResult{
			State: ziplaw.StateDone, N: n, NBody: body, D: c.D, Steps: int(c.D) / 512, FLOPs: 5.1 * float64(n) * float64(c.D),
			FLOPs6ND: 6 * float64(n) * float64(c.D), ModelID: "sha256:0", Seconds: 1.5,
		}}
		if j < s.diverged {
			row.Result.State, row.Result.DivergedAt, row.Result.FLOPs = ziplaw.StateDiverged, 3, 0
			row.Curve = []float32{4, 9, 40}
			in.Result.Cells.Diverged++
		} else {
			final := scaling.Predict(law, float64(n), float64(c.D)) * (1 + 0.01*r.NormFloat64())
			for k := range row.Result.Steps {
				done := float64(k+1) / float64(row.Result.Steps)
				row.Curve = append(row.Curve, float32(final+(math.Log(float64(d.Vocabulary))-final)*math.Exp(-12*done)+0.1*r.NormFloat64()))
			}
			row.Result.Validation, row.Result.Last, row.Result.MeanLast = final, final*1.01, final*1.02
			in.Result.Cells.Done++
		}
		in.Cells = append(in.Cells, row)
	}
}
