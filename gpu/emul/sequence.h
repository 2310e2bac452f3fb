// The order in which lanes, warps, blocks or branches of graphs run (settings.h).
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <vector>

class Sequence {
public:
  // Begins with n places.
  void begin(size_t n);
  // Shuffles again, where the order is a shuffled one.
  void again();
  size_t operator[](size_t i) const { return shuffled_.empty() ? reversed_ ? n_ - 1 - i : i : shuffled_[i]; }

private:
  size_t n_ = 0;
  bool reversed_ = false;
  std::vector<uint32_t> shuffled_;
  uint64_t begun_ = 0, random_ = 0;
};
