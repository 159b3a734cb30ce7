"""What every test shares: Hypothesis without a clock, since these machines are noisy."""

from hypothesis import HealthCheck, settings

settings.register_profile("waypost", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("waypost")
