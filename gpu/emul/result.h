// Results of driver calls, under the numbers of CUresult (CUDA driver API, section 6.1 "Data types used by CUDA driver").
#pragma once

#define API extern "C" __attribute__((visibility("default"))) Result

enum Result : int {
  success = 0,
  invalid_value = 1,
  out_of_memory = 2,
  not_initialized = 3,
  device_unavailable = 46,
  invalid_device = 101,
  invalid_image = 200,
  invalid_context = 201,
  ecc_uncorrectable = 214,
  invalid_ptx = 218,
  file_not_found = 301,
  invalid_handle = 400,
  not_found = 500,
  not_ready = 600,
  illegal_address = 700,
  launch_out_of_resources = 701,
  context_is_destroyed = 709,
  illegal_instruction = 715,
  misaligned_address = 716,
  launch_failed = 719,
  not_supported = 801,
  capture_unsupported = 900,
  capture_invalidated = 901,
  capture_unmatched = 903,
  capture_unjoined = 904,
  capture_isolation = 905,
  capture_implicit = 906,
  captured_event = 907,
  unknown = 999,
};

// Says on the standard error output why a call is refused, and returns the result.
Result refuse(Result result, const char *format, ...) __attribute__((format(printf, 2, 3)));
