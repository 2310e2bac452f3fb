// Package regression asks how scaling laws depend on a measure of the data, such as its compressibility H: every parameter
// regressed on it (Eq. 4 of the paper), and one law of all runs of all data sets (Eq. 5), compared with laws that don't depend on
// it by how well they predict data sets left out.
package regression
