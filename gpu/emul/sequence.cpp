#include "sequence.h"

#include <numeric>

#include "settings.h"

namespace {

// The generator splitmix64 (Steele, Lea and Flood 2014).
uint64_t next(uint64_t &state) {
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

} // namespace

void Sequence::begin(size_t n) {
  n_ = n;
  reversed_ = settings.order == Order::reversed;
  shuffled_.clear();
  if (settings.order != Order::shuffled) return;
  shuffled_.resize(n);
  std::iota(shuffled_.begin(), shuffled_.end(), 0);
  random_ = settings.seed ^ begun_++ << 32; // launches differ
  again();
}

void Sequence::again() {
  for (size_t i = shuffled_.size(); i > 1; i--) std::swap(shuffled_[i - 1], shuffled_[next(random_) % i]);
}
