// Package scaling fits L(N,D) = E + A/N^alpha + B/D^beta (Eq. 1 of the paper) to training runs of one data set, and says what
// is known of the law: intervals, profiles, tests of its form, runs that decide alone. N is parameters, D tokens, L the loss in
// nats per token. Its frontier is Eq. 2.
//
// It knows nothing of H: package regression does.
package scaling
