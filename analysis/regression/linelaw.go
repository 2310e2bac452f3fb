package regression

import (
	"gonum.org/v1/gonum/stat"

	"github.com/ziplaw/ziplaw"
)

// LineLaw is the law of which each term is the regression line of the data sets' own laws on their measure (Eq. 5 of the paper, with
// ln A and ln B in the place of A and B, which a line would make negative). Its covariance is that of a regression of five values
// at once. False says that there aren't two different measures.
func LineLaw(hs []float64, fits []ziplaw.Fit) (ziplaw.Law, bool) {
	if !slopes(hs) {
		return ziplaw.Law{}, false
	}
	l := ziplaw.Law{Version: ziplaw.LawVersion, Measure: "h", Count: "all", H: [2]float64{hs[0], hs[0]}, Terms: map[string]ziplaw.Term{}, Source: ziplaw.LawSource{Kind: "regression", Depends: ziplaw.Terms}}
	var residuals [][]float64 // of each term
	for _, name := range ziplaw.Terms {
		v, _ := valueOf(name, fits)
		var s sample
		for i, f := range fits {
			s.add(hs[i], v.of(f))
		}
		line, _ := NewLine(s.h, s.x, 0.95)
		l.Terms[name] = ziplaw.Term{Slope: line.Slope, Intercept: line.Intercept}
		var left []float64
		for i, h := range s.h {
			left = append(left, s.x[i]-line.At(h))
		}
		residuals = append(residuals, left)
	}
	for i, f := range fits {
		l.H = [2]float64{min(l.H[0], hs[i]), max(l.H[1], hs[i])}
		l.Source.DataSets = append(l.Source.DataSets, f.DataSet)
	}
	if len(hs) > 2 {
		l.Covariance = lineCovariance(hs, residuals)
	}
	return l, true
}

// lineCovariance is the residuals' covariance between terms times that of slope and intercept (Johnson and Wichern, Applied
// Multivariate Statistical Analysis, section 7.7).
func lineCovariance(hs []float64, residuals [][]float64) [][]float64 {
	n := float64(len(hs))
	mean, sxx := stat.Mean(hs, nil), stat.Variance(hs, nil)*(n-1)
	design := [2][2]float64{{1 / sxx, -mean / sxx}, {-mean / sxx, 1/n + float64(mean*mean)/sxx}} // of slope and intercept
	all := make([][]float64, 2*len(residuals))
	for p := range residuals {
		for i := range 2 {
			row := make([]float64, 2*len(residuals))
			for q := range residuals {
				var sum float64
				for k := range hs {
					sum += float64(residuals[p][k] * residuals[q][k])
				}
				for j := range 2 {
					row[2*q+j] = sum / (n - 2) * design[i][j]
				}
			}
			all[2*p+i] = row
		}
	}
	return all
}
