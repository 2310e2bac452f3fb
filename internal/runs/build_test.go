package runs

import (
	"reflect"
	"strings"
	"testing"
)

func TestSetsClustersAndWeights(t *testing.T) {
	got := table(t, "corpus,seed,w,n,d,l\nC4,1,0.5,1,2,3\ncode,true,2,4,5,6\nC4,a b,1,7,8,9\n", "runs.csv", Columns{By: "corpus", Cluster: "seed", Weight: "w"})
	want := Table{
		Sets: []string{"C4", "code"},
		Runs: []Run{
			{N: 1, D: 2, L: 3, Weight: 0.5, Cluster: "1", Set: "C4", Row: 2},
			{N: 4, D: 5, L: 6, Weight: 2, Cluster: "true", Set: "code", Row: 3},
			{N: 7, D: 8, L: 9, Weight: 1, Cluster: "a b", Set: "C4", Row: 4},
		},
		Columns: Columns{N: "n", D: "d", L: "l", By: "corpus", Cluster: "seed", Weight: "w"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestNotes(t *testing.T) {
	for _, c := range []struct {
		text    string
		columns Columns
		want    []string
		runs    []Run
	}{
		{"n,d,l\n1e6,2e7,3\n", Columns{}, nil, []Run{run(1e6, 2e7, 3, 2)}},
		{"n,d,l\n1000,20B,3\n1.3B,\"1,300\",3\n7B,1_0,3\n", Columns{}, []string{"column d: 20B is read as 20000000000", "column n: 1.3B is read as 1300000000"}, []Run{run(1e3, 2e10, 3, 2), run(1.3e9, 1300, 3, 3), run(7e9, 10, 3, 4)}},
		{"n,flops,l\n1e3,6e6,3\n", Columns{}, []string{"D is C/(6N), with C from column flops and N from column n"}, []Run{run(1e3, 1e3, 3, 2)}},
		{"d,flops,l\n2e3,12M,3\n", Columns{}, []string{"N is C/(6D), with C from column flops and D from column d", "column flops: 12M is read as 12000000"}, []Run{run(1e3, 2e3, 3, 2)}},
		{"n,d,l,x\n1,2,3,none\n", Columns{C: "x"}, []string{"column x isn't used: there are N and D"}, []Run{run(1, 2, 3, 2)}},
	} {
		got := table(t, c.text, "", c.columns)
		if !reflect.DeepEqual(got.Notes, c.want) || !reflect.DeepEqual(got.Runs, c.runs) {
			t.Errorf("%q: notes %q, runs %+v", c.text, got.Notes, got.Runs)
		}
	}
}

func TestBadValues(t *testing.T) {
	for _, c := range []struct {
		name, text string
		columns    Columns
		want       string
	}{
		{"text", "n,d,l\n1,2,3\n1,2,n/a\n", Columns{}, `r: row 3, column l: "n/a" is no number`},
		{"empty", "n,d,l\n1,,3\n", Columns{}, "r: row 2, column d: there is no value"},
		{"decimal comma", "n;d;l\n1;2;2,71\n", Columns{}, `r: row 2, column l: "2,71" has a comma: a decimal point belongs there, as in 2.71`},
		{"no weight", "n,d,l,w\n1,2,3,0\n", Columns{Weight: "w"}, `r: row 2, column w: "0" is not above 0`},
		{"no set", "n,d,l,s\n1,2,3,\n", Columns{By: "s"}, "r: row 2, column s: there is no value"},
		{"no cluster", "n,d,l,s\n1,2,3,\n", Columns{Cluster: "s"}, "r: row 2, column s: there is no value"},
		{"bad FLOPs", "n,c,l\n1,x,3\n", Columns{}, `r: row 2, column c: "x" is no number`},
		{"FLOPs of nothing", "n,c,l\n1e200,1e-200,3\n", Columns{}, "r: row 2: D = C/(6N) is out of range for C = 1e-200"},
		{"FLOPs of too much", "d,c,l\n1e-200,1e200,3\n", Columns{}, "r: row 2: N = C/(6D) is out of range for C = 1e+200"},
		{"long", "n,d,l\n1,2," + strings.Repeat("é", 100) + "\n", Columns{}, `r: row 2, column l: "` + strings.Repeat("é", 60) + `..." is no number`},
		{"many", "n,d,l\n1,2,a\nb,c,3\n1,2,d\n1,2,e\n1,2,f\n1,,\n", Columns{}, `r: row 2, column l: "a" is no number
r: row 3, column n: "b" is no number
r: row 3, column d: "c" is no number
r: row 4, column l: "d" is no number
r: row 5, column l: "e" is no number
r: and 3 more`},
	} {
		refuses(t, c.text, "r", "", c.columns, c.want)
	}
}
