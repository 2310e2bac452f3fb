package verify

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"strings"
)

//go:embed result.html.tmpl
var pageText string

var pageTemplate = template.Must(template.New("result").Funcs(template.FuncMap{
	"words": func(name string) string { return strings.ReplaceAll(name, "_", " ") },
	"value": Figure.Text,
}).Parse(pageText))

// page is the result for readers, in one file.
func (r *Result) page() ([]byte, error) {
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, r)
	return b.Bytes(), err
}

// Verdict is the run in a sentence, for the page.
func (r *Result) Verdict() string { return r.verdict() + " on " + r.deviceName() + "." }

// Throughput is the parts that measure it.
func (r *Result) Throughput() []PartResult { return r.parts(true) }

// Others are those that don't.
func (r *Result) Others() []PartResult { return r.parts(false) }

func (r *Result) parts(throughput bool) (some []PartResult) {
	for _, p := range r.Parts {
		if strings.HasPrefix(p.Name, throughputName) == throughput {
			some = append(some, p)
		}
	}
	return some
}

// Shown is a figure as text, empty where the part hasn't it.
func (p PartResult) Shown(name string) string {
	for _, f := range p.Figures {
		if f.Name == name {
			return f.Text()
		}
	}
	return ""
}

// Text is the figure with its unit.
func (f Figure) Text() string {
	x, isNumber := number(f.Value)
	switch {
	case !isNumber:
		return fmt.Sprint(f.Value)
	case strings.HasPrefix(f.Name, "share_"):
		return fmt.Sprintf("%.1f %%", 100*x)
	case f.Unit == "bytes":
		return scaled(x, 1024, []string{"bytes", "KiB", "MiB", "GiB", "TiB"})
	case f.Unit == "FLOP/s":
		return scaled(x, 1000, []string{"FLOP/s", "kFLOP/s", "MFLOP/s", "GFLOP/s", "TFLOP/s", "PFLOP/s"})
	case f.Unit == "s":
		return fmt.Sprintf("%.3g s", x)
	case f.Unit != "":
		return grouped(x) + " " + f.Unit
	}
	return grouped(x)
}

// number is a figure's value before it is written, or after it was read.
func number(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, true
	case int:
		return float64(x), true
	case int64:
		return float64(x), true
	}
	return 0, false
}

func scaled(x, by float64, units []string) string {
	i := 0
	for ; math.Abs(x) >= by && i < len(units)-1; i++ {
		x /= by
	}
	return fmt.Sprintf("%.4g %s", x, units[i])
}

// grouped has a comma between thousands.
func grouped(x float64) string {
	s := fmt.Sprintf("%.0f", x)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
