"""What the demonstration's story rests on: regulations with their days, and what its training taught."""

from datetime import date

REGULATIONS = (
    ("UU 11/2009", "UU", date(2009, 1, 16)),
    ("UU 14/2019", "UU", date(2019, 10, 1)),
    ("Permensos 1/2012", "Permen", date(2012, 1, 1)),
    ("Permensos 12/2017", "Permen", date(2017, 7, 11)),
    ("Permensos 16/2017", "Permen", date(2017, 1, 1)),
    ("Permensos 10/2019", "Permen", date(2019, 8, 1)),
)
LATER_REGULATIONS = (
    ("Permensos 14/2020", "Permen", date(2020, 1, 1)),
    ("Permensos 17/2020", "Permen", date(2020, 1, 1)),
)
SUBJECTS = (  # with hours (JP); invented
    ("Kebijakan kesejahteraan sosial", 2),
    ("Kode etik dan batas peran relawan", 2),
    ("Pemetaan masalah dan sumber", 4),
    ("Pendampingan sosial dasar", 4),
    ("Pencatatan, pelaporan dan rujukan", 2),
    ("Praktik lapangan", 2),
)
