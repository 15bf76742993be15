"""Tests of the template and of the local stack's tools."""
