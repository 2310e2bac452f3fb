// math.cuh is exp and log with the bits of internal/kernel/math.go: the same polynomials in the same order, each
// product rounded before it is added.
#pragma once
#include "device.h"

// A number and its bits.
union FloatBits {
  float value;
  unsigned bits;
};
union DoubleBits {
  double value;
  unsigned long long bits;
};

static __device__ __forceinline__ unsigned floatBits(float x) { return FloatBits{x}.bits; }

static __device__ __forceinline__ float floatOf(unsigned bits) {
  FloatBits u;
  u.bits = bits;
  return u.value;
}

static __device__ __forceinline__ unsigned long long doubleBits(double x) { return DoubleBits{x}.bits; }

static __device__ __forceinline__ double doubleOf(unsigned long long bits) {
  DoubleBits u;
  u.bits = bits;
  return u.value;
}

#define INFINITE floatOf(0x7f800000u)
#define NOT_A_NUMBER floatOf(0x7fc00000u)

// Exp is e to the power x within 1 ulp, infinite above 88.72283 and 0 below -87.33: it never is a denormal number.
// The polynomial is that of the Cephes library (expf.c, S. Moshier).
static __device__ __forceinline__ float Exp(float x) {
  const float shifter = 0x1.8p23f;  // adding it rounds to an integer, held in the low bits
  float t = x * 1.44269504088896341f + shifter;
  float n = t - shifter;
  float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float q = r * 1.9875691500e-4f + 1.3981999507e-3f;
  q = q * r + 8.3334519073e-3f;
  q = q * r + 4.1665795894e-2f;
  q = q * r + 1.6666665459e-1f;
  q = q * r + 5.0000001201e-1f;
  float y = (q * (r * r) + r) + 1.0f;
  y = floatOf(floatBits(y) + (floatBits(t) << 23));
  y = x < -87.33f ? 0.0f : y;
  y = x > 88.72283f ? INFINITE : y;
  return x != x ? x : y;
}

// Log is the natural logarithm of x within 0.51 ulp, computed in double precision from
// log((1+s)/(1-s)) = 2s + s (c1 s^2 + c2 s^4 + ...) (FreeBSD's e_logf.c, Sun Microsystems 1993).
static __device__ __forceinline__ float Log(float x) {
  if (x != x || x < 0.0f) return NOT_A_NUMBER;
  if (x == 0.0f) return -INFINITE;
  if (x > 3.40282346638528859812e38f) return x;
  // x = 2^e f with f from sqrt(1/2) to sqrt(2); every float, denormal ones included, is a normal double.
  const unsigned long long sqrtHalf = 0x3FE6A09E667F3BCDull;
  unsigned long long bits = doubleBits((double)x) + ((1023ull << 52) - sqrtHalf);
  double e = (double)((int)(bits >> 52) - 1023);
  double f = doubleOf((bits & ((1ull << 52) - 1)) + sqrtHalf);
  double s = (f - 1.0) / (f + 1.0);
  double z = s * s;
  double q = z * 0xf89e26.0p-26 + 0x91e9ee.0p-25;
  q = q * z + 0xccce13.0p-25;
  q = q * z + 0xaaaaaa.0p-24;
  q = q * z + 2.0;
  return (float)(s * q + e * 0.693147180559945309417232121458176568);
}
